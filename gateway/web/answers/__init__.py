"""Pages on which a returned case is answered: by a party on the phone, with a proof beside the link, and by a clerk at the counter."""
