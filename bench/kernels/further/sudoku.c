/* sudoku: backtracking with sets of bits, the cell with fewest candidates first. */
#include "../../support/bench.h"
static uint8_t cell[81];
static uint16_t row[9], col[9], box[9];
static uint32_t tries;

static bool solve(void) {
    int best = -1, fewest = 10;
    uint16_t choice = 0;
    for (int i = 0; i < 81; i++)
        if (!cell[i]) {
            uint16_t c = (uint16_t)(0x1ff & ~(row[i / 9] | col[i % 9] | box[i / 27 * 3 + i % 9 / 3]));
            int n = 0;
            for (uint16_t t = c; t; t &= (uint16_t)(t - 1)) n++;
            if (n < fewest) {
                fewest = n;
                best = i;
                choice = c;
                if (n < 2) break;
            }
        }
    if (best < 0) return true;
    for (int d = 0; d < 9; d++)
        if (choice >> d & 1) {
            uint16_t bit = (uint16_t)(1 << d);
            tries++;
            cell[best] = (uint8_t)(d + 1);
            row[best / 9] |= bit;
            col[best % 9] |= bit;
            box[best / 27 * 3 + best % 9 / 3] |= bit;
            if (solve()) return true;
            cell[best] = 0;
            row[best / 9] &= (uint16_t)~bit;
            col[best % 9] &= (uint16_t)~bit;
            box[best / 27 * 3 + best % 9 / 3] &= (uint16_t)~bit;
        }
    return false;
}

uint32_t kernel_run(void) {
    static const char *const puzzles[] = {
        "800000000003600000070090200050007000000045700000100030001000068008500010090000400",
        "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
        "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9"};
    uint32_t sum = 0;
    for (int p = 0; p < 2; p++) {
        memset(row, 0, sizeof row);
        memset(col, 0, sizeof col);
        memset(box, 0, sizeof box);
        tries = 0;
        for (int i = 0; i < 81; i++) {
            char c = puzzles[p][i];
            cell[i] = c >= '1' && c <= '9' ? (uint8_t)(c - '0') : 0;
            if (cell[i]) {
                uint16_t b = (uint16_t)(1 << (cell[i] - 1));
                row[i / 9] |= b;
                col[i % 9] |= b;
                box[i / 27 * 3 + i % 9 / 3] |= b;
            }
        }
        sum = mix(sum, solve());
        for (int i = 0; i < 81; i++) sum = mix(sum, cell[i]);
        sum = mix(sum, tries);
    }
    return sum;
}
