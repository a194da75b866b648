"use strict";
/* Draws the description into the page. A session's POST needs its CSRF token, which the cookie has. */
(function () {
  var place = document.getElementById("api-docs");
  if (!place || !window.SwaggerUIBundle) return;
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    dom_id: "#api-docs",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null,
    requestInterceptor: function (request) {
      var token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      if (token && new URL(request.url, location.href).origin === location.origin) request.headers["X-CSRFToken"] = token[1];
      return request;
    },
  });
})();
