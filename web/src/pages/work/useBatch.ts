import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { newIntent } from "@/api/intent";
import { asProblem } from "@/api/problem";
import { requestJson } from "@/api/request";
import type { components } from "@/generated/api";
import type { Batch } from "./usePicks";

type Preview = components["schemas"]["BatchPreview"];
type View = components["schemas"]["BatchView"];
type Body = Partial<components["schemas"]["BatchBody"]>;

const PATH = "/api/v1/decisions/batch";

/** Which orders, as the API is asked; `id` makes a repeated click the same batch. */
function bodyOf(batch: Batch): Body {
  const { verdict, orders, group } = batch;
  const which = orders
    ? { orders }
    : { filter: { group } as NonNullable<components["schemas"]["BatchBody"]["filter"]> };
  return { verdict, ...which };
}

/** The preview of a batch, and the click that starts exactly what it showed. */
export function useBatch(batch: Batch) {
  const [started, setStarted] = useState<View | null>(null);
  const attempt = useRef<{ said: string; id: string } | null>(null);
  const preview = useQuery<Preview>({
    queryKey: ["batch-preview", batch.verdict, batch.group, batch.orders],
    queryFn: () => requestJson<Preview>(PATH, "POST", { ...bodyOf(batch), preview: true }),
    staleTime: 0,
    gcTime: 0,
    enabled: !started,
  });
  const start = useMutation<View, Error, string>({
    mutationFn: (note) => {
      const digest = preview.data?.preview_digest ?? null;
      const body = { ...bodyOf(batch), note, preview_digest: digest };
      const said = JSON.stringify(body);
      if (attempt.current?.said !== said) attempt.current = { said, id: newIntent() };
      return requestJson<View>(PATH, "POST", { ...body, id: attempt.current.id });
    },
    onSuccess: setStarted,
    onError: (error) => {
      // What was shown is not what it is any more: show that, and ask again.
      if (asProblem(error).status === 409) {
        attempt.current = null;
        void preview.refetch();
      }
    },
  });
  return { preview, start, started };
}
