select "media_type" from "evidence" where "sha256" = $1 and "state" = $2
