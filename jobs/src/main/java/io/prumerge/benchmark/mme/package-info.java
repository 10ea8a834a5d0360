/** MME. */
package io.prumerge.benchmark.mme;
