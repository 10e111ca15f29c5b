import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "antd/dist/reset.css";
import "./app/base.css";
import "./app/parts.css";
import { queryClient } from "./api/query";
import { sessionQuery } from "./api/session";
import { App } from "./app/App";
import { startWords } from "./i18n";

// Every page waits for it, so it is asked for while the words come.
void queryClient.prefetchQuery(sessionQuery);
await startWords();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
