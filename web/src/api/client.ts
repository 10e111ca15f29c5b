/** The API as a typed client: paths, parameters and bodies are those of generated/api.ts. */
import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import type { paths } from "@/generated/api";
import { csrfHeaders } from "./csrf";
import { problemOf } from "./problem";

const middleware: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(csrfHeaders(request.method))) {
      request.headers.set(name, value);
    }
    // Problems bring Chinese in members of their own; so a switch of the language finds both.
    request.headers.set("Accept-Language", "en");
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
};

/** For calls outside of React: `const { data } = await client.POST("/api/v1/...", {...})`. */
export const client = createFetchClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
});
client.use(middleware);

/**
 * For components: `api.useQuery("get", "/api/v1/orders", { params: { query } })` and
 * `api.useMutation("post", "/api/v1/orders/{order_id}/confirm")`. Errors are ProblemErrors.
 */
export const api = createQueryClient(client);
