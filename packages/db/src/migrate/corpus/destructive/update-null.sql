update notes set embedding = null;
