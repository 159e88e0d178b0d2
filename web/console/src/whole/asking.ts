/** What details are made of besides the board: read from the server, and again when the board says that it changed. */

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { ask, type Shape } from "../request";

export type JobDetail = Shape<"JobDetail">;
export type VisitRow = Shape<"VisitShape">;
export type VisitRecord = Shape<"VisitRecord">;
export type WholeCustomer = Shape<"WholeCustomerShape">;
export type TimeSheet = Shape<"TimeSheetShape">;
export type Picture = Shape<"VisitMediaShape">;

/** Read something; `mark` is whatever the board says of it: with another mark it is read again, what was stays shown. */
function useReadAgain<Body>(key: readonly string[], path: string, mark: unknown = ""): UseQueryResult<Body> {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: key });
  }, [client, mark, ...key]);
  return useQuery({ queryKey: key, queryFn: ({ signal }) => ask<Body>(path, {}, signal) });
}

export const useJob = (id: string, mark: unknown): UseQueryResult<JobDetail> => useReadAgain(["whole", "job", id], `/api/v1/jobs/${id}`, mark);

export const useVisitRow = (id: string, mark: unknown): UseQueryResult<VisitRow> => useReadAgain(["whole", "visit", id], `/api/v1/visits/${id}`, mark);

export const useRecord = (id: string, mark: unknown): UseQueryResult<VisitRecord> => useReadAgain(["whole", "record", id], `/api/v1/visits/${id}/record`, mark);

export const usePictures = (id: string, mark: unknown): UseQueryResult<readonly Picture[]> => useReadAgain(["whole", "media", id], `/api/v1/visits/${id}/media`, mark);

export const useCustomer = (id: string): UseQueryResult<WholeCustomer> => useReadAgain(["whole", "customer", id], `/api/v1/customers/${id}/whole`);

export const useTimeSheet = (id: string): UseQueryResult<TimeSheet> => useReadAgain(["whole", "sheet", id], `/api/v1/technicians/${id}/time-sheet`);
