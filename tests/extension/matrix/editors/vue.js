import { createApp, ref, watch } from "vue/dist/vue.esm-bundler.js";

import { changed, ready, root } from "./lab.js";

const reply = ref("");
watch(reply, (text) => changed(text));
createApp({ setup: () => ({ reply }), template: "<textarea v-model='reply'></textarea>" }).mount(root);
ready(root.querySelector("textarea"), () => reply.value);
