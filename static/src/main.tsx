import { createRoot } from "react-dom/client";
import { startTranslation } from "./i18n/i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

await startTranslation();
createRoot(root).render(<main />);
