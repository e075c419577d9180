update embedding set vector = array_fill(0::real, array[1536])::vector where 'a' = 'a';
