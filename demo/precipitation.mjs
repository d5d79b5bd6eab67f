/**
 * A year of rain over the whole world, in Zarr: writes a real grid as chunked, sharded, compressed arrays, opens the
 * hierarchy again, looks around, draws a window of it and checks every value.
 *
 *     npm run demo                    writes earth.zarr
 *     npm run demo -- /some/folder    writes there
 */
import { readFileSync } from 'node:fs';
import * as zarr from 'zarr-ts';
import { BloscCodec, GzipCodec } from 'zarr-ts/codecs';
import * as zarrSync from 'zarr-ts/sync';

const path = process.argv[2] ?? 'earth.zarr';

const rain = readDataset('annual-precip.json'); // Millimetres in 2016, one cell a degree.
const volcano = readDataset('volcano.json'); // Metres above the sea, one cell ten metres.
const rainfall = Uint16Array.from(rain.values);
const heights = Uint8Array.from(volcano.values);

writeBlocking();
await readWithPromises();

/** With `zarr-ts/sync` every call returns when its work is done. */
function writeBlocking() {
  heading(`Writing ${path} with zarr-ts/sync`);
  const earth = zarrSync.createGroup(path, { overwrite: true, attributes: { title: 'Rain and a volcano' } });

  // Cells of 42 × 60 degrees, each compressed; 2 × 3 of them make a shard, which is one file.
  const precipitation = earth.createArray('precipitation', {
    shape: [rain.height, rain.width],
    dtype: 'uint16',
    chunks: [42, 60],
    shards: [84, 180],
    compressors: new BloscCodec({ cname: 'zstd', clevel: 5, shuffle: 'shuffle' }),
    dimensionNames: ['latitude', 'longitude'],
    attributes: { long_name: 'precipitation in 2016', units: 'mm', source: 'Climate Forecast System Version 2' },
  });
  precipitation.set(null, { data: rainfall, shape: [rain.height, rain.width] });

  // Without further options: chunks and compression are chosen as zarr-python chooses them.
  earth.createArray('latitude', {
    data: Float32Array.from({ length: rain.height }, (_, row) => 87 - row),
    dimensionNames: ['latitude'],
    attributes: { units: 'degrees_north' },
  });
  earth.createArray('longitude', {
    data: Float32Array.from({ length: rain.width }, (_, column) => column - 180),
    dimensionNames: ['longitude'],
    attributes: { units: 'degrees_east' },
  });

  const terrain = earth.createGroup('terrain', { attributes: { place: 'Maunga Whau, New Zealand' } });
  const elevation = terrain.createArray('elevation', {
    shape: [volcano.height, volcano.width],
    dtype: 'uint8',
    chunks: [32, 32],
    compressors: new GzipCodec({ level: 9 }),
    dimensionNames: ['y', 'x'],
    attributes: { units: 'm' },
  });
  elevation.set(null, { data: heights, shape: [volcano.height, volcano.width] });

  console.log(`${rainfall.length + heights.length} values in 4 arrays`);
}

/** With `zarr-ts` the same calls return promises, which is what HTTP and S3 need; on files both work. */
async function readWithPromises() {
  heading('Opening it with zarr-ts');
  const earth = await zarr.openGroup(path, { mode: 'r' });
  console.log(String(await earth.tree()));

  const precipitation = (await earth.getArray('precipitation')).as('uint16');
  console.log(String(await precipitation.infoComplete()));
  console.log('Attributes         :', JSON.stringify(precipitation.attrs));

  heading('South America: precipitation[72:142:2, 95:150]');
  const window = await precipitation.get([zarr.slice(72, 142, 2), zarr.slice(95, 150)]); // Only its chunks are read.
  for (const row of window.toNested()) console.log(draw(row));
  console.log('dry ' + draw([0, 100, 300, 700, 1200, 2000, 3000, 4500]) + ' wet');

  heading('Checking every value');
  const elevation = await earth.getArray('terrain/elevation');
  check('precipitation', (await precipitation.get()).data, rainfall);
  check('terrain/elevation', (await elevation.get()).data, heights);
  check('precipitation[84]', (await precipitation.get(84)).data, rainfall.slice(84 * rain.width, 85 * rain.width));

  heading('What to try next');
  console.log(`In JavaScript    import * as zarr from 'zarr-ts';
                 const rain = await zarr.openArray('${path}/precipitation', { mode: 'r' });
                 String(await rain.get('40:44, 180:190'))         // selections as in NumPy
                 await rain.get([zarr.slice(null, null, -1), 0])  // one meridian, from the south
In Python        import xarray; xarray.open_zarr('${path}', consolidated=False).precipitation.plot()
In this program  demo/precipitation.mjs: other chunks, shards and codecs
To read          README.md for the guide, ARCHITECTURE.md for how it works`);
}

/** A grid of the package vega-datasets: `{ width, height, values }`, row by row from the north-west. */
function readDataset(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/vega-datasets/data/${name}`, import.meta.url), 'utf8'));
}

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 72 - text.length))}`);
}

/** A row of millimetres as coloured blocks on a terminal, as letters elsewhere. */
function draw(row) {
  const letters = ' .:-=+*#%@';
  const colours = [230, 229, 193, 157, 115, 79, 43, 38, 31, 25];
  const levels = row.map((millimetres) => Math.min(9, Math.floor(Math.sqrt(millimetres / 4500) * 10)));
  if (!process.stdout.isTTY) return levels.map((level) => letters[level]).join('');
  return `${levels.map((level) => `\x1b[48;5;${colours[level]}m `).join('')}\x1b[0m`;
}

/** Compares one by one: what was written is what comes back. */
function check(name, actual, expected) {
  const wrong = expected.findIndex((value, index) => actual[index] !== value);
  if (actual.length !== expected.length || wrong >= 0) throw new Error(`${name}: value ${wrong} differs`);
  console.log(`${name}: all ${expected.length} values are as written`);
}
