import { render } from "preact";

render(<p>Loligo</p>, document.getElementById("lab")!);
