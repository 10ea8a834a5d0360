/** MM-Vet. */
package io.prumerge.benchmark.mmvet;
