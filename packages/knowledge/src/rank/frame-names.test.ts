import { expect, test } from 'vitest';
import { namesInFrames } from './frame-names.ts';

test.each([
  ['Python', '  File "/venv/lib/upload/client.py", line 91, in send_all', 'send_all'],
  ['JavaScript', '    at async Upload.send (file:///app/lib/upload.js:12:5)', 'Upload.send'],
  ['a constructor', '    at new Upload (/app/lib/upload.js:12:5)', 'Upload'],
  ['Java', '\tat org.upload.io.Parser.readAll(Parser.java:201)', 'Parser.readAll'],
  ['Ruby', "/gems/upload-1.2/lib/upload/client.rb:57:in `send_all'", 'send_all'],
  ['a block of Ruby', "lib/upload.rb:36:in `block (2 levels) in send_all!'", 'send_all!'],
  ['Ruby since 3.4', "lib/upload.rb:36:in 'Upload::Client#send_all'", 'Client.send_all'],
  ['PHP', '#3 /app/src/Client.php(123): Upload\\Client->sendAll(Array)', 'Client.sendAll'],
  ['Go', 'example.com/upload/client.(*Client).SendAll(0xc000123, 0x2)', 'Client.SendAll'],
  ['Rust', '   4: upload::client::send_all', 'client.send_all'],
])('a frame of %s names its function', (_language, line, name) => {
  expect(namesInFrames(`it fails\n${line}\nin the end`)).toEqual([name]);
});

test('prose, code and functions without a name are no frames', () => {
  const text = [
    'I looked at Upload.send (twice) and it fails',
    'at the end (of it)',
    'await upload.send(file)',
    '    at Object.<anonymous> (/app/a.js:1:2)',
    '    at main (/app/a.js:1:2)',
    '1: first the upload is sent',
    'File "a.py" is missing',
  ].join('\n');
  expect(namesInFrames(text)).toEqual([]);
});
