select "sha256", "state" from "evidence" where "sha256" in ($1)
