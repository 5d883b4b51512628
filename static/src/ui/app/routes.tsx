import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { PageSkeleton } from "../components/PageSkeleton";
import { AppLayout } from "./AppLayout";
import { CrashPage } from "./CrashPage";
import { NotFoundPage } from "./NotFoundPage";
import { RequireSession } from "./RequireSession";

/** The pages, by path. Each but the frame is fetched when it is first opened. */
export const routes: RouteObject[] = [
  {
    ErrorBoundary: CrashPage,
    HydrateFallback: PageSkeleton,
    children: [
      {
        path: "/sign-in",
        lazy: async () => ({ Component: (await import("../auth/SignInPage")).SignInPage }),
      },
      {
        path: "/register",
        lazy: async () => ({ Component: (await import("../auth/RegisterPage")).RegisterPage }),
      },
      {
        Component: RequireSession,
        children: [
          {
            path: "/tasks/:tid/jobs/:jid",
            lazy: async () => ({ Component: (await import("./JobRoute")).JobRoute }),
          },
          {
            Component: AppLayout,
            children: [
              { index: true, element: <Navigate to="/tasks" replace /> },
              {
                path: "/projects",
                lazy: async () => ({
                  Component: (await import("../projects/ProjectsPage")).ProjectsPage,
                }),
              },
              {
                path: "/projects/:pid",
                lazy: async () => ({
                  Component: (await import("../projects/ProjectPage")).ProjectPage,
                }),
              },
              {
                path: "/tasks",
                lazy: async () => ({ Component: (await import("../tasks/TasksPage")).TasksPage }),
              },
              {
                path: "/tasks/create",
                lazy: async () => ({
                  Component: (await import("../tasks/create/CreateTaskPage")).CreateTaskPage,
                }),
              },
              {
                path: "/tasks/:tid",
                lazy: async () => ({ Component: (await import("../tasks/TaskPage")).TaskPage }),
                children: [
                  {
                    index: true,
                    lazy: async () => ({
                      Component: (await import("../tasks/TaskOverview")).TaskOverview,
                    }),
                  },
                  {
                    path: "statistics",
                    lazy: async () => ({
                      Component: (await import("../tasks/TaskStatistics")).TaskStatistics,
                    }),
                  },
                  {
                    path: "history",
                    lazy: async () => ({
                      Component: (await import("../tasks/TaskHistory")).TaskHistory,
                    }),
                  },
                ],
              },
              {
                path: "/tasks/:tid/jobs/:jid",
                lazy: async () => ({
                  Component: (await import("../jobs/JobFactsPage")).JobFactsPage,
                }),
                children: [
                  {
                    path: "statistics",
                    lazy: async () => ({
                      Component: (await import("../jobs/JobFactsPage")).JobStatistics,
                    }),
                  },
                  {
                    path: "history",
                    lazy: async () => ({
                      Component: (await import("../jobs/JobFactsPage")).JobHistory,
                    }),
                  },
                ],
              },
              {
                path: "/jobs",
                lazy: async () => ({ Component: (await import("../jobs/JobsPage")).JobsPage }),
              },
              {
                path: "/cloud-storages",
                lazy: async () => ({
                  Component: (await import("../storages/StoragesPage")).StoragesPage,
                }),
              },
              {
                path: "/requests",
                lazy: async () => ({
                  Component: (await import("../requests/RequestsPage")).RequestsPage,
                }),
              },
              {
                path: "/trash",
                lazy: async () => ({ Component: (await import("../trash/TrashPage")).TrashPage }),
              },
              { path: "*", Component: NotFoundPage },
            ],
          },
        ],
      },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(routes);
}
