// The door of the desktop application: what is needed, given to the Electron host. No logic, and nothing awaited at the
// top: Electron gets ready only when this module has been evaluated to its end.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
import { findProgramFiles, houseOn, prepareGround } from './compose.ts'
import { ownOptions, parseCommandLine } from './hosts/command-line.ts'
import type { CommandLine } from './hosts/command-line.ts'
import { startingProblem } from './hosts/house.ts'
import { runElectronHost, sayAndExit } from './hosts/window/electron-host.ts'
import { spawnUtilityParser } from './hosts/window/parser-process.ts'
import { spawnUtilityProbe } from './hosts/window/probe-process.ts'

/** Everything that must happen before Electron is ready happens before the first await in here. */
async function openDoor(commandLine: CommandLine): Promise<void> {
  const shipped = app.isPackaged ? process.resourcesPath : null
  const files = findProgramFiles(dirname(fileURLToPath(import.meta.url)), shipped)
  const ground = prepareGround(files, commandLine, 'main')
  await runElectronHost({
    windowFolder: files.window,
    preload: files.preload,
    // They stay where every start looks first: a second instance finds the first by them, wherever the data moved.
    profileFolder: join(ground.folders.anchor, 'window'),
    windowStateFile: join(ground.folders.anchor, 'window.json'),
    openHouse: houseOn({
      files,
      ground,
      commandLine,
      spawnProbe: spawnUtilityProbe,
      spawnParser: spawnUtilityParser,
    }),
    log: ground.log.child('window'),
  })
}

const commandLine = parseCommandLine(ownOptions(process.argv.slice(1)))

if ('stop' in commandLine) sayAndExit(commandLine.stop, commandLine.status)
else openDoor(commandLine).catch((error: unknown) => sayAndExit(startingProblem(error), 1))
