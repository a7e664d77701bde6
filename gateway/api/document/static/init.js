"use strict";
// No validator: the page asks nothing of any other host. What the page itself says is English; `words.js` has it in Chinese.
window.addEventListener("DOMContentLoaded", () => {
  const chinese = document.documentElement.lang === "zh-CN";
  if (chinese) {
    window.speakChinese(document.getElementById("swagger-ui"));
  }
  window.ui = window.SwaggerUIBundle({
    url: `/openapi.json?lang=${chinese ? "zh" : "en"}`,
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    tryItOutEnabled: false,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
