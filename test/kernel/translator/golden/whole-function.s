# A whole function: what it takes and answers, the check of fuel and stack at its start, its two ends.
        add     eax, ecx
        ret
# 0x1000: 01 c8 c3
