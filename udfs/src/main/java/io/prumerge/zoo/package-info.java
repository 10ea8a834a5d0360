/** LLaVA as DJL's model zoo knows models: criteria, block, translators. */
package io.prumerge.zoo;
