/**
 * Solves A x = b for a symmetric positive definite A (row by row, n x n) by Cholesky's decomposition.
 * A and b are overwritten; the solution is returned in b.
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  decompose(a, n)
  for (let row = 0; row < n; row++) {
    let sum = b[row]!
    for (let k = 0; k < row; k++) sum -= a[row * n + k]! * b[k]!
    b[row] = sum / a[row * n + row]!
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!
    for (let k = row + 1; k < n; k++) sum -= a[k * n + row]! * b[k]!
    b[row] = sum / a[row * n + row]!
  }
  return b
}

/** Puts the lower triangle L of A = L L' in the place of A's. */
function decompose(a: Float64Array, n: number): void {
  for (let column = 0; column < n; column++) {
    for (let row = column; row < n; row++) {
      let sum = a[row * n + column]!
      for (let k = 0; k < column; k++) sum -= a[row * n + k]! * a[column * n + k]!
      if (row > column) a[row * n + column] = sum / a[column * n + column]!
      else if (sum > 0) a[row * n + row] = Math.sqrt(sum)
      else throw new Error('the matrix is not positive definite')
    }
  }
}
