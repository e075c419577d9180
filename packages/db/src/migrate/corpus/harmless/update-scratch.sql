update scratch set amount = amount + 1;
