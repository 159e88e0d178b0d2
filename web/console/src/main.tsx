import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { firstTheme, showTheme } from "@fieldwright/shared/theme";
import "@fieldwright/shared/tokens.css";
import "./shell/page.css";
import { App } from "./app";

showTheme(firstTheme());
const page = document.getElementById("page");
if (page !== null) {
  createRoot(page).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
