update notes set embedding = null where body like 'note%';
