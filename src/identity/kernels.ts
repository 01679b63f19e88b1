import type { Kernel } from '../kernel.js'
import { componentsKernel } from './components.js'
import { retirementsKernel } from './retirements.js'

export const identityKernels: readonly Kernel[] = [componentsKernel, retirementsKernel]
