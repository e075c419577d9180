update passage set text = '';
