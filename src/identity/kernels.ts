import type { Kernel } from '../kernel.js'
import { componentsKernel } from './components.js'
import { retirementsKernel } from './retirements.js'

/** Kernels of the identity stage. */
export const identityKernels: readonly Kernel[] = [componentsKernel, retirementsKernel]
