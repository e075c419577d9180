import { join } from 'node:path';
import type { Product } from './product.ts';

const SHIP = `/** A ship that asks for a berth. */
export interface Ship {
  readonly name: string;
  /** Metres from bow to stern. */
  readonly length: number;
  readonly draught: number;
}

export function describeShip(ship: Ship): string {
  return \`\${ship.name}, \${ship.length} m\`;
}
`;

const TIDE = `import { LOW_WATER } from './table.ts';

/** Metres of water above the chart's datum at an hour of the day. */
export function tideAt(hour: number): number {
  return LOW_WATER + 2 * Math.abs(Math.sin((hour * Math.PI) / 12));
}
`;

const berth = (room: string) => `import { tideAt } from '../tide/tide.ts';
import type { Ship } from './ship.ts';

/** A place at the quay. */
export interface Berth {
  readonly number: number;
  readonly room: number;
}

/** Finds the first berth that is long and deep enough, or none. */
export function allocateBerth(ship: Ship, berths: readonly Berth[], hour: number): Berth | null {
  const depth = tideAt(hour) + 6;
  if (ship.draught > depth) return null;
  return berths.find(({ room }) => ${room}) ?? null;
}
`;

const STATION = `"""Where the weather is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Station:
    """A mast on the mole, with the height of its sensor."""

    name: str
    height: float

    def corrected(self, speed: float) -> float:
        """The speed at ten metres, by the logarithmic law."""
        return speed * (10 / self.height) ** 0.14
`;

const forecast = (limit: number) => `"""Whether ships may enter."""

from .station import Station

GALE = ${limit}


def may_enter(station: Station, speed: float) -> bool:
    """Ships stay outside while it blows a gale."""
    return station.corrected(speed) < GALE
`;

const ROPE = `package drum

// Rope is what a drum winds.
type Rope struct {
	Metres   float64
	Diameter float64
}

// Weight is in kilograms, of steel.
func (r Rope) Weight() float64 {
	return r.Metres * r.Diameter * r.Diameter * 4000
}
`;

const drum = (turns: number) => `package drum

import "errors"

// ErrTooHeavy is returned for a rope that the drum cannot hold.
var ErrTooHeavy = errors.New("the rope is too heavy")

const turnsPerMinute = ${turns}

// Wind returns the minutes that a rope takes.
func Wind(rope Rope) (float64, error) {
	if rope.Weight() > 5000 {
		return 0, ErrTooHeavy
	}
	return rope.Metres / turnsPerMinute, nil
}
`;

/** The folder of one of the repositories. */
export function repositoryOf(product: Product, name: string): string {
  return join(product.folder, 'repositories', name);
}

/** Writes three repositories, in TypeScript, Python and Go, each with two branches that differ in what they say. */
export function writeDayRepositories(product: Product): void {
  product.commit(
    {
      'README.md': '# Harbour\n\nShips wait at the **quay** for a berth. See [the tide](src/tide/tide.ts).\n',
      'package.json': '{ "name": "harbour", "type": "module" }\n',
      'src/main.ts':
        "import { allocateBerth } from './quay/berth.ts';\nimport { describeShip } from './quay/ship.ts';\n\nconst ship = { name: 'Anna', length: 90, draught: 5 };\nconsole.log(describeShip(ship), allocateBerth(ship, [], 6));\n",
      'src/quay/berth.ts': berth('room > ship.length'),
      'src/quay/ship.ts': SHIP,
      'src/tide/table.ts': 'export const LOW_WATER = 0.4;\n',
      'src/tide/tide.ts': TIDE,
    },
    { message: 'The harbour opens', author: 'First Author' },
  );
  product.commit(
    {
      'src/quay/crane.ts':
        "import type { Ship } from './ship.ts';\n\n/** Lifts what a ship brings. */\nexport function unload(ship: Ship): number {\n  return ship.length / 3;\n}\n",
    },
    { branch: 'work', message: 'A crane' },
  );
  product.commit({}, { branch: 'main', message: 'Nothing yet' });
  const tides = repositoryOf(product, 'weather');
  product.commit(
    {
      'README.md': '# Weather\n\nWhether ships may enter.\n',
      'pyproject.toml': '[project]\nname = "weather"\nversion = "1.0"\n',
      'weather/__init__.py': '',
      'weather/station.py': STATION,
      'weather/forecast.py': forecast(17),
    },
    { repository: tides, branch: 'main', message: 'A forecast' },
  );
  product.commit({ 'weather/forecast.py': forecast(20) }, { repository: tides, branch: 'spring' });
  product.commit({}, { repository: tides, branch: 'main', message: 'Back' });
  const winch = repositoryOf(product, 'winch');
  product.commit(
    {
      'go.mod': 'module example.org/winch\n\ngo 1.24\n',
      'cmd/winch/main.go':
        'package main\n\nimport (\n\t"fmt"\n\n\t"example.org/winch/internal/drum"\n)\n\nfunc main() {\n\tminutes, err := drum.Wind(drum.Rope{Metres: 120, Diameter: 0.02})\n\tfmt.Println(minutes, err)\n}\n',
      'internal/drum/drum.go': drum(30),
      'internal/drum/rope.go': ROPE,
    },
    { repository: winch, branch: 'main', message: 'A winch' },
  );
  product.commit({ 'internal/drum/drum.go': drum(60) }, { repository: winch, branch: 'fast' });
  product.commit({}, { repository: winch, branch: 'main', message: 'Back' });
}

/** Makes every berth wider on the harbour's main line. */
export function widenBerths(product: Product): void {
  product.commit(
    { 'src/quay/berth.ts': berth('room >= ship.length + 5') },
    { branch: 'main', message: 'Five metres to spare', author: 'Second Author' },
  );
}
