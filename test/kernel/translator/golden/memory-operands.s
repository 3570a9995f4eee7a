# An operand in memory that is read and written: its address is computed once.
        add     [ebx+4], eax
        inc     byte ptr [ecx]
        neg     word ptr [edx]
        and     dword ptr [esi+edi*2], 0xff
        ret
# 0x1000: 01 43 04 fe 01 66 f7 1a 81 24 7e ff 00 00 00 c3
