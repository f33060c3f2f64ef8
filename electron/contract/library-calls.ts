// Calls about the models on this machine: places, checks, conversion, and the machine they run on.
import { z } from 'zod'
import { call, none } from './call.ts'
import { idSchema } from './entities.ts'
import { conversionTargets } from './library-entities.ts'
import type { Benchmark, Fit, HardwareReport, Library, LibraryJob, ModelFolder } from './library-entities.ts'

const model = z.strictObject({ model: idSchema })
const job = z.strictObject({ job: idSchema })

export const libraryCalls = {
  /** Looks through all folders; what takes longer follows by library.changed. */
  'library.list': call<Library>()(none),
  /** Opens the system's folder dialog; null when the person cancelled. Only where AppInfo.nativeDialogs. */
  'library.chooseFolder': call<ModelFolder | null>()(none),
  /** Handles come from files.browse. */
  'library.addFolder': call<ModelFolder>()(z.strictObject({ folder: idSchema })),
  /** Its models leave the list; no file is touched. */
  'library.removeFolder': call<void>()(z.strictObject({ folder: idSchema })),
  /** Reads the whole file and compares its SHA-256. The rest is told by library.job. */
  'library.verify': call<LibraryJob>()(model),
  /** Writes a new file into Roost's own models folder, and compares it with its source. */
  'library.convert': call<LibraryJob>()(model.extend({ target: z.enum(conversionTargets) })),
  'library.cancelJob': call<void>()(job),
  'library.dismissJob': call<void>()(job),
  'library.jobs': call<LibraryJob[]>()(none),
  /** Deletes what lies in Roost's own models folder; what lies elsewhere is only taken off the list. */
  'library.delete': call<void>()(model),
  /** From the next load on. */
  'library.setWeights': call<void>()(
    model.extend({ weights: z.enum(['file', 'f32', 'f16', 'bf16', 'q8', 'q4']) }),
  ),

  /** Of models that are not here yet, in the order asked. */
  'library.fits': call<Fit[]>()(
    z.strictObject({
      subjects: z
        .array(
          z.strictObject({
            generation: z.string().max(8).nullable(),
            parameters: z.number().min(1),
            /** null: likely ones, from the number of parameters. */
            layers: z.int().min(1).nullable(),
            width: z.int().min(1).nullable(),
            vocabulary: z.int().min(1).nullable(),
            fileBytes: z.number().min(1),
          }),
        )
        .max(1000),
    }),
  ),

  'hardware.report': call<HardwareReport>()(none),
  /** Measures the memory and runs the self-test again, whatever was stored. */
  'hardware.test': call<HardwareReport>()(none),

  /** Measures the loaded model; the rest is told by benchmark.changed. Errors: no_model, busy. */
  'benchmark.run': call<Benchmark>()(
    z.strictObject({
      prompt: z.int().min(16).max(4096),
      gen: z.int().min(8).max(1024),
      repeat: z.int().min(1).max(10),
      batches: z.array(z.int().min(1).max(16)).min(1).max(8),
    }),
  ),
  'benchmark.cancel': call<void>()(none),
  'benchmark.last': call<Benchmark | null>()(none),
} as const
