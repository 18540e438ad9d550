select "sha256", "station_id" from "evidence" where "state" = $1 and "station_id" in ($2) and "sha256" not in ($3) order by "named_at" limit $4
