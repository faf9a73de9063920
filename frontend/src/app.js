// What every page gains from script; each page works without it.
import { ChosenTheme } from "./chosen-theme.js";
import { CopyButton } from "./copy-button.js";
import { orderByDragging } from "./drag-order.js";
import { improveForms } from "./forms.js";
import { LivePart } from "./live-part.js";
import { closeMenusOutside } from "./menus.js";
import { followAnswers } from "./questions.js";
import { ViewerTime } from "./viewer-time.js";

customElements.define("eh-timezone", ViewerTime);
customElements.define("eh-copy", CopyButton);
customElements.define("eh-theme", ChosenTheme);
customElements.define("eh-live", LivePart);
improveForms(document);
closeMenusOutside(document);
followAnswers(document);
orderByDragging(document);
