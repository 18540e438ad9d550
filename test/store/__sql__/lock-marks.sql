select "stream_id" from "station_mark" where "stream_id" in ($1) order by "stream_id" for update
