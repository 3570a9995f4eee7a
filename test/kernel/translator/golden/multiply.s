# Products: truncated, and of 64 bits.
        imul    eax, ebx
        imul    ecx, [esi], 100
        mul     edx
        imul    edi
        ret
# 0x1000: 0f af c3 6b 0e 64 f7 e2 f7 ef c3
