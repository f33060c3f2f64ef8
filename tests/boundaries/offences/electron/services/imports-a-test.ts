// Offence: tests-stay-out
import { forTests } from '../../tests/fake.ts'
export const shipped = forTests
