import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/global.css";
import { createRoot } from "react-dom/client";
import { startTranslation } from "./i18n/i18n";
import { App } from "./ui/app/App";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

await startTranslation();
createRoot(root).render(<App />);
