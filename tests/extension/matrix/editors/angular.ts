import "zone.js";
import "@angular/compiler";
import { Component } from "@angular/core";
import { FormsModule } from "@angular/forms";
import { bootstrapApplication } from "@angular/platform-browser";

import { changed, ready, root } from "./lab.js";

@Component({
  selector: "app-reply",
  imports: [FormsModule],
  template: `<textarea [ngModel]="reply" (ngModelChange)="take($event)" name="reply"></textarea>`,
})
class Reply {
  reply = "";

  take(text: string): void {
    this.reply = text;
    changed(text);
  }
}

root.appendChild(document.createElement("app-reply"));
void bootstrapApplication(Reply).then((app) => {
  const reply = app.components[0]!.instance as Reply;
  ready(root.querySelector("textarea"), () => reply.reply);
});
