/* fannkuch: flips of permutations. */
#include "../../support/bench.h"

uint32_t kernel_run(void) {
    int perm[8], perm1[8], count[8], n = 8, r = n, flips, most = 0, sum = 0, nth = 0;
    for (int i = 0; i < n; i++) perm1[i] = i;
    for (;;) {
        for (; r != 1; r--) count[r - 1] = r;
        for (int i = 0; i < n; i++) perm[i] = perm1[i];
        flips = 0;
        for (int k; (k = perm[0]) != 0; flips++)
            for (int i = 0, j = k; i < j; i++, j--) {
                int t = perm[i];
                perm[i] = perm[j];
                perm[j] = t;
            }
        if (flips > most) most = flips;
        sum += nth & 1 ? -flips : flips;
        nth++;
        for (;;) {
            if (r == n) return mix((uint32_t)most, (uint32_t)sum);
            int p0 = perm1[0];
            for (int i = 0; i < r; i++) perm1[i] = perm1[i + 1];
            perm1[r] = p0;
            if (--count[r] > 0) break;
            r++;
        }
    }
}
