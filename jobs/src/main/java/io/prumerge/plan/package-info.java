/** Plans a run: resolves and checks its settings and estimates its cost before the first task. */
package io.prumerge.plan;
