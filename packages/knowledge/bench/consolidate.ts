import { groupStatements, readForComparing } from '../src/consolidate/group-statements.ts';
import { readStatements } from '../src/consolidate/read-statements.ts';
import { openTextVectors } from '../src/embed/static-embedder.ts';
import { judgeGrouping } from '../src/testing/judge-grouping.ts';
import { heldFamilies, tunedFamilies } from '../src/testing/planted-facts.ts';
import { plantedLetters } from '../src/testing/planted-letters.ts';

// Planted letters, of the families that thresholds were tuned on and of others: 100 paraphrases, 100 contradictions and
// 100 corrections for each seed.
// `node packages/knowledge/bench/consolidate.ts [seeds]`
const seeds = Number(process.argv[2] ?? '5');
const vectors = await openTextVectors();
const plan = { projects: 12, paraphrases: 100, contradictions: 100, corrections: 100 };
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

console.log(
  '| families | seed | precision | recall | contradictions merged | found | corrected | wrongly | seconds |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const [name, families] of Object.entries({ tuned: tunedFamilies, held: heldFamilies }))
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { letters } = plantedLetters({ ...plan, families, seed });
    const start = performance.now();
    const statements = letters.flatMap(({ text, date }) =>
      readStatements({ text, titles: [], otherwise: null }).map((statement) =>
        readForComparing({ ...statement, first: date, last: date }, vectors),
      ),
    );
    const judged = judgeGrouping(letters, groupStatements(statements, vectors));
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    const { precision, recall, contradictionsMerged, contradictionsFound, correctedRight, correctedWrong } =
      judged;
    console.log(
      `| ${name} | ${seed} | ${percent(precision)} | ${percent(recall)} | ${contradictionsMerged} | ${percent(contradictionsFound)} | ${percent(correctedRight)} | ${correctedWrong} | ${seconds} |`,
    );
  }
