insert into "sparkplug_device" ("station_id", "metrics") values ($1, $2) on conflict ("station_id") do update set "metrics" = "excluded"."metrics"
