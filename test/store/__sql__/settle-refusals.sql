update "report_refusal" set "resolved_at" = now() where "channel" = $1 and "report_no" in ($2) and "resolved_at" is null
