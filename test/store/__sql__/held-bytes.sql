select coalesce(sum(bytes), 0)::bigint as "bytes" from "evidence" where "state" = $1
