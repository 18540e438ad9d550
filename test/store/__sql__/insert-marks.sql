insert into "station_mark" ("stream_id", "site", "line", "station_id", "sequence", "highest_sequence") values ($1, $2, $3, $4, $5, $6) on conflict ("stream_id") do nothing
