/** Plans a run: checks what it asks and estimates its cost before the first task. */
package io.prumerge.plan;
