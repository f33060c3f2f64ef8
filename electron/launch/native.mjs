// Configures and builds the engine with CMake. Needs a C++20 compiler and CMake, and nothing of Electron.
import { existsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { findProgram, isWindows, Problem, root, run, say } from './project.mjs'
import { clearStamp, hashInputs, isFresh, writeStamp } from './stamps.mjs'

/**
 * @typedef {object} NativeBuild
 * @property {string} folder project path of the build
 * @property {string[]} options -D... for the configuration
 * @property {string[]} targets empty: all
 */

/** What the application needs: the addon alone. @type {NativeBuild} */
export const applicationBuild = { folder: 'native/build', options: [], targets: ['roost_addon'] }

/** In the same folder: the command-line program and the unit tests too. @type {NativeBuild} */
export const wholeBuild = { ...applicationBuild, targets: [] }

/** The same tests under AddressSanitizer and UndefinedBehaviorSanitizer. @type {NativeBuild} */
export const sanitizedBuild = {
  folder: 'native/build-asan',
  options: ['-DROOST_SANITIZE=address,undefined', '-DROOST_ADDON=OFF'],
  targets: [],
}

/** @param {NativeBuild} build @param {{ force?: boolean }} [settings] */
export async function buildNative(build, settings = {}) {
  const whole = `${build.folder}/stamp-whole`
  const part = `${build.folder}/stamp-${build.targets.join('-')}`
  const stamp = build.targets.length === 0 ? whole : part
  const hash = hashInputs(['native', 'package-lock.json'], {
    ignore: /\.md$/,
    also: [process.platform, process.arch, ...build.options],
  })
  const cache = `${build.folder}/CMakeCache.txt`
  if (settings.force !== true && (isFresh(whole, hash, cache) || isFresh(stamp, hash, cache))) return
  checkTools()
  say(`Building the engine (C++) in ${build.folder} ...`)
  clearStamp(stamp)
  const configure = ['-S', 'native', '-B', build.folder, '-DCMAKE_BUILD_TYPE=Release', ...build.options]
  // A generator cannot be changed later: only a new build folder gets to choose.
  if (!existsSync(join(root, cache))) {
    // On Windows Ninja would take whatever compiler is in PATH; CMake's own choice there finds Visual Studio.
    if (findProgram('ninja') !== null && (!isWindows || findProgram('cl') !== null))
      configure.push('-G', 'Ninja')
    if (findProgram('ccache') !== null) configure.push('-DCMAKE_CXX_COMPILER_LAUNCHER=ccache')
  }
  if ((await run('cmake', configure)).status !== 0) {
    throw new Problem('CMake could not configure the engine; what it says stands above.')
  }
  const jobs = String(typeof availableParallelism === 'function' ? availableParallelism() : cpus().length)
  const compile = ['--build', build.folder, '--config', 'Release', '--parallel', jobs]
  for (const target of build.targets) compile.push('--target', target)
  if ((await run('cmake', compile)).status !== 0) {
    throw new Problem('The engine did not compile; what the compiler says stands above.')
  }
  writeStamp(stamp, hash)
}

function checkTools() {
  if (findProgram('cmake') === null) {
    throw new Problem(
      'Roost compiles its engine and needs CMake 3.20 or newer, which is not in PATH. ' +
        (process.platform === 'linux'
          ? 'On Debian or Ubuntu: apt install cmake g++ ninja-build'
          : 'See cmake.org.'),
    )
  }
  // Visual Studio's compiler is found by CMake itself.
  const compilers = [process.env.CXX ?? '', 'c++', 'g++', 'clang++'].filter((name) => name !== '')
  if (
    !isWindows &&
    !compilers.some((name) => existsSync(name) || findProgram(name.split(' ')[0] ?? '') !== null)
  ) {
    throw new Problem(
      'Roost compiles its engine and needs a C++20 compiler (g++ 12 or clang 15, or newer), and none is in PATH. ' +
        (process.platform === 'linux'
          ? 'On Debian or Ubuntu: apt install g++'
          : 'Install the Xcode command line tools.'),
    )
  }
}
