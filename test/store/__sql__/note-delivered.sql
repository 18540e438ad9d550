update "report_channel" set "delivered_up_to" = $1, "updated_at" = now() where "channel" = $2 and "delivered_up_to" < $3
