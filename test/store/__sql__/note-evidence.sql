update "evidence" set "state" = $1 where "sha256" = $2
