# Rotates, of 32 and of 8 bits.
        rol     eax, 7
        ror     ebx, cl
        rol     dl, 4
        ret
# 0x1000: c1 c0 07 d3 cb c0 c2 04 c3
