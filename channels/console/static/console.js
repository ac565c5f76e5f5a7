// The console's pages work without any of this; here they become live and quick.
import { editor } from "./editor.js";
import { keyboard } from "./keyboard.js";
import { follow } from "./live.js";
import { refresh, scrollToEnd } from "./regions.js";

scrollToEnd();
editor(refresh);
keyboard();
if (document.querySelector("[data-live]")) follow(refresh);
