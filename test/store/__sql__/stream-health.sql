select "station_id", "stream_id", "sequence" as "mark", "highest_sequence", "updated_at" from "station_mark" order by "station_id", "updated_at" desc
