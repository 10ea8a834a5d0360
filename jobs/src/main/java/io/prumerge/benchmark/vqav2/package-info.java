/** VQAv2. */
package io.prumerge.benchmark.vqav2;
