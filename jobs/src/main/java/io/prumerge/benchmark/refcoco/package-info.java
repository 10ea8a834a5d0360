/** RefCOCO, RefCOCO+ and RefCOCOg: a box for a phrase. */
package io.prumerge.benchmark.refcoco;
