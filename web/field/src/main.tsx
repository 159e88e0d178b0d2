import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@fieldwright/shared/tokens.css";
import { App } from "./app";
import { followLook } from "./look";
import { stayInstalled } from "./installed";
import "./page.css";
import "./screens/screens.css";
import "./work/work.css";

followLook();
stayInstalled();
const page = document.getElementById("page");
if (page !== null) {
  createRoot(page).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
